//! Placeholder until the identity helper lands.
