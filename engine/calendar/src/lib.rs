//! Time zones and business hours, compiled to UTC interval tables.
