"""Multi-Head adapter Routing (arXiv 2211.03831) for any network of linear layers."""
