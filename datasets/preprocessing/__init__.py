"""From strokes or a picture to 28 x 28, in integers. No Django. The twin in JavaScript is static/js/preprocessing."""
