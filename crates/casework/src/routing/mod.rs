//! Rules that suggest holders (派单规则), with an explanation; never a dispatch by themselves.
