"""Facts that rubrics ask for and an office has in a list: reported numbers, confirmed cases, raters' grades."""
