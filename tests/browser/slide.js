// Everything that is wrong with the slide on screen, as sentences; an empty list when it fits and can be read.
() => {
  const SMALLEST = 18; // px at 1280x720, the size of code
  const slide = document.querySelector("section.present > section.present");
  const found = [];
  const over = (by, what) => by > 1 && found.push(`${what} by ${Math.round(by)} px`);
  const drawn = (element) => element.getClientRects().length > 0;

  over(slide.scrollHeight - slide.clientHeight, "too tall");
  over(slide.scrollWidth - slide.clientWidth, "too wide");
  for (const box of slide.querySelectorAll(".cm-scroller, .jp-OutputArea-output, .jp-RenderedMarkdown")) {
    if (!drawn(box)) continue;
    const name = box.matches(".cm-scroller") ? "code" : "an output or text";
    over(box.scrollWidth - box.clientWidth, `${name} is cut off at the right`);
    over(box.scrollHeight - box.clientHeight, `${name} is cut off at the bottom`);
  }
  for (const picture of slide.querySelectorAll("img")) {
    if (!drawn(picture)) continue;
    const { left, top, right, bottom } = picture.getBoundingClientRect();
    over(right - innerWidth, "a picture leaves the screen at the right");
    over(bottom - innerHeight, "a picture leaves the screen at the bottom");
    over(-Math.min(left, top), "a picture leaves the screen at the left or top");
    if (picture.complete && !picture.naturalWidth) found.push(`a picture is missing: ${picture.src.slice(0, 80)}`);
  }
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: parent, data } = texts.currentNode;
    if (!data.trim() || !drawn(parent) || parent.closest("mjx-container, sub, sup")) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size < SMALLEST - 0.1) found.push(`text of ${size} px: "${data.trim().slice(0, 30)}"`);
  }
  return [...new Set(found)];
};
