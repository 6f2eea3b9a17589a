//! A simulation that finds nothing proves something only if it finds what is there.

use yipan_simulation::defect::Defect;
use yipan_simulation::finding::Breach;
use yipan_simulation::plan::Plan;
use yipan_simulation::run::run;
use yipan_simulation::shrink::shrink;

use crate::seeds::template;

/// Seeds within which a defect must be found.
const SOON: u64 = 30;

#[test]
fn what_is_planted_is_found_soon_and_told_in_a_few_steps() {
    let template = template();
    for defect in Defect::ALL {
        let plans = (0..SOON).map(Plan::of);
        let found = plans.into_iter().find(|plan| run(&template, plan, Some(defect)).finding.is_some());
        let plan = found.unwrap_or_else(|| panic!("{defect:?} was not found in {SOON} seeds"));
        let (short, report) = shrink(&template, &plan, Some(defect));
        let finding = report.finding.unwrap_or_else(|| panic!("{defect:?} went away while it was shrunk"));
        eprintln!("{defect:?} by seed {} in {} steps: {finding}", plan.seed, short.steps.len());
        let (breaches, most): (&[Breach], usize) = match defect {
            Defect::ForgetsCommit => (&[Breach::Lost], 2),
            Defect::ForgetsKey => (&[Breach::Lost, Breach::Doubled, Breach::Answer], 2),
            Defect::FiresTwice => (&[Breach::Timer], 2),
            Defect::FiresEarly => (&[Breach::Timer], 3),
            Defect::SendsTwice => (&[Breach::Outbox], 10),
        };
        assert!(breaches.contains(&finding.breach), "{defect:?} was taken for another: {finding}");
        assert!(short.steps.len() <= most, "{defect:?} takes {} steps: {short}", short.steps.len());
        // The short plan is the seed's own, without what it does not need; and by itself it is innocent.
        let numbers: Vec<_> = short.steps.iter().map(|step| step.no).collect();
        let again = Plan::of(plan.seed).only(&numbers);
        assert_eq!(run(&template, &again, Some(defect)).finding, Some(finding));
        assert_eq!(run(&template, &again, None).finding, None);
    }
}
