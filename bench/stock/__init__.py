"""The same three-step approval in Viewflow as it is shipped: what our decision is measured against."""
