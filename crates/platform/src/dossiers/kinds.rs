//! From the word in a row to the type of its model.

/// Runs `$body` with `$D` standing for the model of a kind.
macro_rules! of_kind {
    ($kind:expr, $D:ident => $body:expr) => {{
        use yipan_duty::Kind;
        match $kind {
            Kind::Roster => {
                type $D = yipan_duty::Roster;
                $body
            }
            Kind::Shift => {
                type $D = yipan_duty::Shift;
                $body
            }
            Kind::Post => {
                type $D = yipan_duty::Post;
                $body
            }
            Kind::Incident => {
                type $D = yipan_duty::Incident;
                $body
            }
            Kind::Losses => {
                type $D = yipan_duty::Losses;
                $body
            }
            Kind::Urgent => {
                type $D = yipan_duty::Urgent;
                $body
            }
            Kind::Brief => {
                type $D = yipan_duty::Brief;
                $body
            }
            Kind::Judgement => {
                type $D = yipan_duty::Judgement;
                $body
            }
        }
    }};
}

pub(crate) use of_kind;
