"""Format 2: any assessment as data. A clause is measure, curve and points; an item is points and what it is made of.

curves      the number that a measure gives -> points
terms       what measures share: needs, whom something applies to
measures    the registry of measures, and what each of them has to say of itself
document    the shape of a file: head, nodes, result, examples
reading     a file's data -> a Rubric, or every mistake at its line
tree        how items add up, as it is evaluated
desugar     a file of format 1, said in the terms of format 2
"""
