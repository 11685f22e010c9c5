"""From images to a network in a file: feeding, fitting, checkpoints, export. TensorFlow is at home here."""
