//! Passwords (口令): which are taken, and how they are kept (argon2id, 19 MiB, two passes).

use std::collections::BTreeSet;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use yipan_base::directory::{Directory, Staff};
use yipan_base::refusal::Refusal;
use yipan_store::tables::ACCOUNT;
use yipan_store::{Load, Planned, UnitOfWork};

use super::{NewSession, account_row, entry, refused, session};
use crate::ambient;
use crate::house::House;

/// The shortest and the longest password, in characters.
pub const SHORTEST: usize = 12;
pub const LONGEST: usize = 256;

/// What must be left of a password, in characters, when every word that everybody would try is taken out of it.
const LEFT: usize = 8;

/// Words that people build passwords from, beside the names of the house and of its owner.
const COMMON: &str = "password passw0rd p@ssw0rd p@ssword mima woaini iloveyou welcome letmein master admin \
     administrator root user guest test demo login secret changeme default qwertyuiop \
     qwerty asdfghjkl asdfgh zxcvbnm zxcvbn 1qaz2wsx3edc 1qaz2wsx 1q2w3e4r5t 1q2w3e4r \
     qazwsx abc123 abcd1234 a1b2c3d4 monkey dragon football baseball sunshine princess \
     superman yipan yipanqi 12345 zhihui zhongxin 指挥中心 一盘棋 密码 口令";

impl House {
    /// Changes one's own password. Every session of that person ends; a new one begins.
    ///
    /// # Errors
    /// `session.ended`, `login.refused` where the old password is wrong, or the rule that the new
    /// one offends.
    pub async fn set_password(
        &self,
        token: &str,
        old: &str,
        new: &str,
        from: &str,
    ) -> Result<NewSession, Refusal> {
        let session = self.session(token).await?;
        let now = self.wall();
        self.gate().admit(from, now)?;
        let account = self.account(&session.staff.id).await?;
        let hash = account.as_ref().map(|row| row.opt_text("password_hash")).transpose()?.flatten();
        if !self.gate().verify(old, hash).await? {
            self.gate().failed(from, now);
            return Err(refused().at("/old"));
        }
        check(new, &session.staff, &self.city().directory)?;
        let (verified, hashed) = (hash.map(str::to_owned), self.gate().hash(new).await?);
        let (staff, limits, fresh) = (session.staff, self.gate().limits(), ambient::token());
        let key = vec![staff.id.as_str().into()];
        let work = UnitOfWork::new(
            vec![Load::new(&ACCOUNT, key.clone()), session::cut_load(&staff.id)],
            move |loaded| {
                let account = loaded.get(&ACCOUNT, &key).ok_or_else(|| refused().at("/old"))?;
                if account.flag("disabled")? || account.opt_text("password_hash")? != verified.as_deref() {
                    return Err(refused().at("/old"));
                }
                let (row, session) = session::begin_after_cut(loaded, &staff, &fresh, limits, now)?;
                let rows = vec![account_row(&staff, &hashed), session::cut(loaded, &staff.id, now)?, row];
                let audit = entry(now, staff.id.as_str(), "login.password", staff.id.as_str());
                Ok(Planned::audited(audit, rows, session))
            },
        );
        let reply = self.store().commit(work).await?.reply;
        self.gate().recent.forget();
        Ok(reply)
    }
}

/// Refuses a password that is too short, too long, or that everybody would try.
pub(super) fn check(password: &str, staff: &Staff, directory: &Directory) -> Result<(), Refusal> {
    let at = |refusal: Refusal| Err(refusal.at("/password"));
    let length = password.chars().count();
    if length < SHORTEST {
        return at(Refusal::rule(
            "password.short",
            format!("密码至少 {SHORTEST} 个字符，现有 {length} 个；可以用一句话作密码"),
            format!(
                "a password has at least {SHORTEST} characters, this one {length}; a sentence makes a good one"
            ),
        ));
    }
    if length > LONGEST {
        return at(Refusal::rule(
            "password.long",
            format!("密码最多 {LONGEST} 个字符"),
            format!("a password has at most {LONGEST} characters"),
        ));
    }
    let lower = password.to_lowercase();
    let mut words: BTreeSet<String> = COMMON.split(' ').map(str::to_owned).collect();
    words.extend(staff.login.to_lowercase().split(['.', '_', '-', '@']).map(str::to_owned));
    words.insert(staff.name.to_lowercase());
    for area in directory.unit(&staff.unit).into_iter().flat_map(|unit| directory.ancestors(&unit.area)) {
        words.insert(area.id.as_str().to_lowercase());
        words.insert(area.name.to_lowercase());
    }
    if left(&lower, &words) < LEFT || lower.chars().collect::<BTreeSet<_>>().len() < 5 {
        return at(Refusal::rule(
            "password.common",
            "密码太容易被猜到：不要用常见密码、姓名、用户名、地名、键盘顺序或重复字符",
            "this password is easy to guess: use no common password, name, login, place, row of keys or repetition",
        ));
    }
    Ok(())
}

/// How many characters are left when known words are cut out, longest first, and runs such as
/// `4567`, `dcba` or `aaaa` count as one character.
fn left(password: &str, words: &BTreeSet<String>) -> usize {
    let mut words: Vec<&String> = words.iter().filter(|word| word.chars().count() >= 2).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = password.to_owned();
    for word in words {
        rest = rest.replace(word.as_str(), "\u{1}");
    }
    let (mut count, mut before, mut step) = (0, None, None);
    for c in rest.chars() {
        let now = before.map(|b: char| i64::from(u32::from(c)) - i64::from(u32::from(b)));
        let runs = now.is_some_and(|n| n.abs() <= 1) && (step.is_none() || step == now);
        if c == '\u{1}' {
            (before, step) = (None, None);
            continue;
        }
        step = if runs { now } else { None };
        count += usize::from(!runs);
        before = Some(c);
    }
    count
}

/// The hash of a password under a salt of its own.
pub(super) fn hash(password: &str) -> Result<String, Refusal> {
    let mut salt = [0_u8; 16];
    ambient::fill(&mut salt);
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|fault| Refusal::internal(format!("a password cannot be hashed: {fault}")))
}

/// Whether the password belongs to the hash.
pub(super) fn verify(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}
