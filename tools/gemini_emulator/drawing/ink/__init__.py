"""The tools of drawing: a canvas, a pen, colours, curves, and drawings written down as text."""
