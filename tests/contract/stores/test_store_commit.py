"""The one write path: every member of a change is written with it, or nothing is."""
def test_x(shelf):
    from tests.builders_stores import *
    i=case_id(); grown(shelf,i,3); assert shelf.cases.verify(i).holds
