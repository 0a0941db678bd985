"""Personal data in what people say and write: finding it and masking it."""
