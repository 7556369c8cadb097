"""What the lessons import: data, figures, widgets and checks. It answers no lesson."""
