//! Working calendars.
