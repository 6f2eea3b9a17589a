//! Definitions of the accounts (指标), as data.
