//! The standard's closed lists of words.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How an alert is to be handled (发布状态). Clause 3.2.1, status.
    Status {
        /// To be acted upon.
        Actual = "Actual",
        /// For those who take part in an exercise, which the note names.
        Exercise = "Exercise",
        /// For the alerting network itself.
        System = "System",
        /// A technical test: nobody acts.
        Test = "Test",
        /// Not yet in force.
        Draft = "Draft",
    }
}

vocabulary! {
    /// What an alert is to the ones before it (信息类型). Clause 3.2.1, msgType.
    MessageType {
        /// The first word on an event.
        Alert = "Alert",
        /// Takes the place of the alerts it refers to.
        Update = "Update",
        /// Takes back the alerts it refers to.
        Cancel = "Cancel",
        /// The alerts it refers to arrived.
        Ack = "Ack",
        /// The alerts it refers to were refused; the note says why.
        Error = "Error",
    }
}

vocabulary! {
    /// Who may know an alert (发布范围). Clause 3.2.1, scope.
    Scope {
        /// Everybody.
        Public = "Public",
        /// Whom the restriction describes.
        Restricted = "Restricted",
        /// Only the addresses it names.
        Private = "Private",
    }
}

vocabulary! {
    /// The kind of event (事件类别). Clause 3.2.2, category.
    Category {
        /// Ground: earthquake, landslide (地质).
        Geo = "Geo",
        /// Weather and flood (气象).
        Met = "Met",
        /// Public safety at large (公共安全).
        Safety = "Safety",
        /// Police, military, homeland (治安).
        Security = "Security",
        /// Rescue and recovery (救援).
        Rescue = "Rescue",
        /// Fire (火灾).
        Fire = "Fire",
        /// Medicine and public health (卫生).
        Health = "Health",
        /// Pollution and other harm to the environment (环境).
        Env = "Env",
        /// Public and private transport (交通).
        Transport = "Transport",
        /// Utilities, telecommunications, other infrastructure (基础设施).
        Infra = "Infra",
        /// Chemical, biological, radiological, nuclear, explosive (核生化爆).
        Cbrne = "CBRNE",
        /// What fits nowhere else.
        Other = "Other",
    }
}

vocabulary! {
    /// What those addressed should do (应对措施). Clause 3.2.2, responseType.
    ResponseType {
        /// Take shelter in place.
        Shelter = "Shelter",
        /// Leave.
        Evacuate = "Evacuate",
        /// Make ready.
        Prepare = "Prepare",
        /// Do what was planned beforehand.
        Execute = "Execute",
        /// Keep away from the event. Not in CAP 1.1.
        Avoid = "Avoid",
        /// Follow the news.
        Monitor = "Monitor",
        /// Evaluate what this says; not for the public.
        Assess = "Assess",
        /// The danger is over. Not in CAP 1.1.
        AllClear = "AllClear",
        /// Nothing.
        None = "None",
    }
}

vocabulary! {
    /// How soon to act (紧急程度). Clause 3.2.2, urgency.
    Urgency {
        /// At once.
        Immediate = "Immediate",
        /// Within the hour.
        Expected = "Expected",
        /// Later.
        Future = "Future",
        /// No longer.
        Past = "Past",
        /// Not known.
        Unknown = "Unknown",
    }
}

vocabulary! {
    /// How grave the threat to life and property is (严重程度). Clause 3.2.2, severity. China's four colours are
    /// commonly mapped red, orange, yellow, blue to the first four; a profile says so, the standard does not.
    Severity {
        /// Extraordinary.
        Extreme = "Extreme",
        /// Considerable.
        Severe = "Severe",
        /// Possible.
        Moderate = "Moderate",
        /// Little or none.
        Minor = "Minor",
        /// Not known.
        Unknown = "Unknown",
    }
}

vocabulary! {
    /// How sure it is (确定性). Clause 3.2.2, certainty.
    Certainty {
        /// It happened or goes on.
        Observed = "Observed",
        /// More than half.
        Likely = "Likely",
        /// Half or less.
        Possible = "Possible",
        /// About none.
        Unlikely = "Unlikely",
        /// Not known.
        Unknown = "Unknown",
    }
}
