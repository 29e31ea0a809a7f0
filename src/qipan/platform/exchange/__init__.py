"""Exchange with other systems: tokens that let a program in, webhooks that tell one what happened."""
