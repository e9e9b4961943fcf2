//! What the services themselves refuse in a world: requests above a rate limit, tokens, locked
//! profiles, and operations that fail or get lost.

use billing_emulator::{Emulator, Fault, FaultPlan, OperationOutcome, RateLimit, Service};

use crate::simulation::network::Weather;
use crate::simulation::rng::Dice;

/// The rejections of a world, and how fast its services are.
pub(crate) struct Rejections {
    limits: Vec<RateLimit>,
    faults: FaultPlan,
}

/// The faults at Resource Manager hit names as the run spells them. Other people write them in
/// lower case, so that what they have written is known.
const ARM_PROFILES: &str = "/billingProfiles/PROF-";

impl Rejections {
    pub(crate) fn new(dice: &Dice, weather: &Weather) -> Self {
        let mut limits = Vec::new();
        let mut faults = FaultPlan::new();
        let mut often = |most: f64, fault: Fault| {
            // Half of the worlds know nothing of each.
            if dice.chance(0.5) {
                let probability = most * dice.below(1000) as f64 / 1000.0;
                let plan = std::mem::take(&mut faults);
                faults = plan.fault(fault.probability(probability));
            }
        };
        let patch = || {
            let fault = Fault::new().service(Service::Arm).method("PATCH");
            fault.path(ARM_PROFILES)
        };
        let poll = || {
            let fault = Fault::new().service(Service::Arm).method("GET");
            fault.path("/operationResults/")
        };
        often(0.05, Fault::new().status(401));
        often(0.3, patch().locked());
        often(0.3, patch().operation(OperationOutcome::Failed));
        often(0.2, patch().operation(OperationOutcome::Canceled));
        often(0.1, patch().status(400));
        often(0.6, poll().status(404));
        often(0.4, poll().status(403));
        // A write that is refused and delivered a second time would be the network's doing.
        let is_delivered_once = weather.duplicated == 0.0;
        if is_delivered_once {
            let put = || Fault::new().service(Service::Partner).method("PUT");
            often(0.1, put().status(400));
            often(0.1, put().status(409));
            often(0.2, put().status(412));
        }
        for (is_possible, texts) in [
            (
                true,
                ["bucket arm.write=2,1/s", "window arm.read=5/20s,fixed"],
            ),
            (
                is_delivered_once,
                ["bucket partner=3,1/s", "window customer=2/10s,sliding"],
            ),
        ] {
            for text in texts {
                if is_possible && dice.chance(0.3) {
                    limits.push(text.parse().unwrap());
                }
            }
        }
        Self { limits, faults }
    }

    /// Puts them in force.
    pub(crate) fn begin(&self, emulator: &Emulator) {
        emulator.set_rate_limits(self.limits.clone()).unwrap();
        emulator.set_faults(self.faults.clone()).unwrap();
    }
}
