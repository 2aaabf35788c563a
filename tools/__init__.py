"""What maintainers run beside the tests: known holes, licences. Not part of what is shipped."""
