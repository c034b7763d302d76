"""How rarely Python looks for circles of garbage."""

import gc


def calm() -> None:
    """Leave what was loaded at the start alone, and look after 50,000 new objects instead of 700: a page of 208
    endpoints makes some ten thousand that are all still needed, and half of its time went into looking at them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
