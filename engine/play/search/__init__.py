"""Looking ahead: what moves are worth when both sides go on to play well."""
