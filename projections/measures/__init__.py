"""The measures of format 2, one file each: a module's `MEASURE` is found by `rubric.format2.measures`."""
