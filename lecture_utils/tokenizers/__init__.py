"""From strings to ids and back."""
