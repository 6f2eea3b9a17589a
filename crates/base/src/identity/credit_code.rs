//! The unified social credit code (统一社会信用代码), GB 32100-2015.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{IdentityFault, compact};

/// Digits and capitals without I, O, S, V, Z, in the order of their values.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A checked code of 18 characters: registering department, kind, division (6 digits),
/// organisation (9), check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code; blanks, hyphens, small and full-width letters make no difference.
    ///
    /// # Errors
    /// [`IdentityFault::Empty`], [`IdentityFault::CreditCodeForm`],
    /// [`IdentityFault::CreditCodeCheck`].
    pub fn parse(text: &str) -> Result<Self, IdentityFault> {
        let code = compact(text);
        if code.is_empty() {
            return Err(IdentityFault::Empty);
        }
        let values: Option<Vec<u32>> = code.bytes().map(value).collect();
        let values = values.filter(|v| v.len() == 18).ok_or(IdentityFault::CreditCodeForm)?;
        // The division code is six digits; letters elsewhere are in order.
        if values[2..8].iter().any(|&v| v > 9) {
            return Err(IdentityFault::CreditCodeForm);
        }
        // Weights are the powers of 3 modulo 31, so a right code sums to a multiple of 31.
        let mut weight = 1;
        let mut sum = 0;
        for value in &values[..17] {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        if (sum + values[17]) % 31 != 0 {
            return Err(IdentityFault::CreditCodeCheck);
        }
        Ok(Self(code))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The division in which the organisation is registered, such as `320600`.
    #[must_use]
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }
}

fn value(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|&c| c == character).map(|at| at as u32)
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = IdentityFault;

    fn try_from(text: String) -> Result<Self, IdentityFault> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_checked() {
        let code = CreditCode::parse("91350100m000100y43").unwrap();
        assert_eq!((code.as_str(), code.division()), ("91350100M000100Y43", "350100"));
        for (text, fault) in [
            ("91350100M000100Y4A", IdentityFault::CreditCodeCheck),
            ("91310115MA1H8R7C6D", IdentityFault::CreditCodeCheck),
            ("12345", IdentityFault::CreditCodeForm),
            ("9135010OM000100Y43", IdentityFault::CreditCodeForm),
            ("91A50100M000100Y43", IdentityFault::CreditCodeForm),
            ("企业信用代码", IdentityFault::CreditCodeForm),
            ("", IdentityFault::Empty),
        ] {
            assert_eq!(CreditCode::parse(text), Err(fault), "{text}");
        }
    }
}
