"""The catalogue of a small invented cinema: six genres, in each two series to be watched in order, and single films."""

from __future__ import annotations

SERIES = {
    "space": ("Starfall", "The Tin Orbit"),
    "crime": ("Inspector Quill", "The Grey Ledger"),
    "love": ("Letters to Ilse", "The Bakery Upstairs"),
    "comedy": ("The Pickle Club", "Aunt Bertha"),
    "western": ("Dusty Creek", "The Last Saddle"),
    "ghosts": ("Room Thirteen", "The Pale Choir"),
}
SINGLES = {
    "space": ("Comet Soup", "Quiet Jupiter", "Airlock Tango", "Saturn by Bus"),
    "crime": ("The Missing Cello", "Footprints in Flour", "The Velvet Alibi", "Nobody's Hat"),
    "love": ("Apricot Summer", "Paper Swans", "Marry Me on Tuesday", "Snow on the Piano"),
    "comedy": ("My Cousin the Goose", "Soup for Forty", "The Mayor's Trousers", "The Great Cheese Race"),
    "western": ("Cactus Jane", "The Whistling Sheriff", "Tumbleweed Opera", "High Tea at High Noon"),
    "ghosts": ("The Humming Cellar", "The Borrowed Shadow", "Nine Empty Chairs", "The Attic Lodger"),
}
GENRES = tuple(SERIES)
PARTS = 4  # of each series
SHELF = len(SERIES["space"]) * PARTS + len(SINGLES["space"])  # films of one genre, the same number in each

# Film 12 g + 4 s + p is part p of series s of genre g; after the series stand the genre's single films.
TITLES = tuple(
    title
    for genre in GENRES
    for title in (
        *(f"{series} {part}" for series in SERIES[genre] for part in range(1, PARTS + 1)),
        *SINGLES[genre],
    )
)
GENRE_OF = tuple(film // SHELF for film in range(len(TITLES)))
NEXT_PART = tuple(  # the film to watch after this one; -1 where no part follows
    film + 1 if film % SHELF < len(SERIES["space"]) * PARTS and film % PARTS < PARTS - 1 else -1
    for film in range(len(TITLES))
)


def film_called(title: str) -> int:
    """The number of a film, capitals aside. Raises ValueError for a title that is not in the catalogue."""
    for film, known in enumerate(TITLES):
        if known.lower() == title.strip().lower():
            return film
    raise ValueError(f"{title!r} is not in the catalogue of {len(TITLES)} films, which begins with {TITLES[0]!r}")
