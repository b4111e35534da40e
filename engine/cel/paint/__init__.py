"""The paints: background, clothes, skin, hair, laid over each other within the layers' outlines."""
