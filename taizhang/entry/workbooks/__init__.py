"""Office files: workbooks in, reports out.

reading     a workbook's bytes -> tables of cells, in bounded memory and time
store       what is remembered of a unit's workbooks
context     what a unit's sheets are read against
"""
