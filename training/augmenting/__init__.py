"""From drawings to many: the settings, the transformations, the parts that workers share, the preview."""
