"""Functions called across the border of two processes, with plain data in between.

In grading, a check runs in a process of its own, and the student's function in another. The check calls a `StandIn`, which
sends the arguments over a socket; the other side calls the function and sends back what came of it. Nothing else of the check
is where the student's code could read or change it.

What crosses: None, truth values, numbers, text, bytes, lists, tuples, dictionaries, sets, ranges, slices, arrays, tensors;
networks and layers of Keras, as configuration and weights; functions, which are called back; other objects, whose public
attributes are asked for. An argument that the function changed is changed on the caller's side, too; one that it returned, or
a view of one, comes back as what the caller gave. Errors cross as kind and message. No pickle, no code.
"""

from .here import begin, end, serve

__all__ = ["begin", "end", "serve"]
