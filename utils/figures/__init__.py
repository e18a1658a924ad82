"""Figures of the labs: one look, readable in grey, each with alternative text; a topic module holds one lab's drawings."""

from utils.figures.common import bars, curves, image_grid, show

__all__ = ["bars", "curves", "image_grid", "show"]
