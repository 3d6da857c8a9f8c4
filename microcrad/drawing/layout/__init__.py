"""A layered drawing of a directed graph: where boxes stand and how edges run, in whole cells, left to right
or top to bottom.

Nothing here knows what a box says or how a line is drawn: the diagram on the screen and the picture in a file
are two painters of one layout.

    spreading   a layer that is too broad gives its leaves to one of their own
    layers      each node gets a layer to the right of everything it uses; long edges are cut into bends
    order       the order within each layer, with few crossings
    rows        the row of each box and bend, so that as many edges as possible are straight
    frames      what belongs together stands in a rectangle of its own, which framing puts into the layers
    chains      in a picture from top to bottom what takes nothing but one other number stands beside that
    channels    between two layers each wire turns in a column of its own
"""

from microcrad.drawing.layout.chains import chained
from microcrad.drawing.layout.layered import laying_out, layout, least, length, sizing
from microcrad.drawing.layout.layers import ranking, spans
from microcrad.drawing.layout.model import Box, Edge, Frame, Layout, Nesting, Shape, Wire
from microcrad.drawing.layout.spreading import spread

__all__ = [
    "Box", "Edge", "Frame", "Layout", "Nesting", "Shape", "Wire", "chained", "laying_out", "layout",
    "least", "length", "ranking", "sizing", "spans", "spread",
]  # fmt: skip
