"""The tabs of the Explore page, by which its parts send a person from one to another."""

TAB = "explore_tab"
MAP, COMPARE, NEIGHBOURS = "Map", "Compare", "Neighbours"
