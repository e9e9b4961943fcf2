//! What the services themselves refuse in a world: requests above a rate limit, tokens, locked
//! profiles, and operations that fail or get lost.

use billing_emulator::{Emulator, Fault, FaultPlan, OperationOutcome, RateLimit, Service};

use crate::simulation::network::Weather;
use crate::simulation::rng::Dice;
use crate::simulation::world::ArmVersion;

/// The rejections of a world, and how fast its services are.
pub(crate) struct Rejections {
    limits: Vec<RateLimit>,
    faults: FaultPlan,
}

/// The faults at Resource Manager hit names as the run spells them. Other people write them in
/// lower case, so that what they have written is known.
const ARM_PROFILES: &str = "/billingProfiles/PROF-";

/// Limits with room for one or two requests.
const LOW: [&str; 6] = [
    "window SCOPE=1/3s,fixed",
    "window SCOPE=1/5s,sliding",
    "window SCOPE=1/40s,fixed",
    "window SCOPE=1/40s,sliding",
    "window SCOPE=2/15s,fixed",
    "bucket SCOPE=1,1/10s",
];
const LOW_AT_ARM: [&str; 4] = ["arm", "arm.write", "provider", "arm.read"];
const LOW_AT_PARTNER: [&str; 4] = ["partner", "partner.write", "customer", "customer.write"];

/// What a refused request learns about the time to wait.
const PAUSES: [&str; 4] = [
    ";retry-after=right",
    ";retry-after=x0.3",
    ";retry-after=off",
    ";refused=costs",
];

impl Rejections {
    pub(crate) fn new(dice: &Dice, weather: &Weather, version: ArmVersion) -> Self {
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
        let method = match version.writes_in_full() {
            true => "PUT",
            false => "PATCH",
        };
        let update = || {
            let fault = Fault::new().service(Service::Arm).method(method);
            fault.path(ARM_PROFILES)
        };
        let poll = || {
            let fault = Fault::new().service(Service::Arm).method("GET");
            fault.path("/operationResults/")
        };
        often(0.05, Fault::new().status(401));
        often(0.3, update().locked());
        often(0.3, update().operation(OperationOutcome::Failed));
        often(0.2, update().operation(OperationOutcome::Canceled));
        often(0.1, update().status(400));
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

    /// Adds limits of one or two requests in half of the worlds, by draws of their own: all other
    /// decisions of a seed stay the same.
    pub(crate) fn with_low_limits(mut self, seed: u64, weather: &Weather) -> Self {
        let dice = Dice::new(seed ^ 0x006c_696d_6974);
        let pick = |texts: &[&'static str]| {
            let index = dice.below(texts.len() as u64);
            texts[usize::try_from(index).unwrap()]
        };
        let kinds = [
            (LOW_AT_ARM, true),
            (LOW_AT_PARTNER, weather.duplicated == 0.0),
        ];
        for (scopes, is_possible) in kinds {
            let is_low = dice.chance(0.5);
            let (form, scope) = (pick(&LOW), pick(&scopes));
            let limit: String = form.replace("SCOPE", scope) + pick(&PAUSES);
            if is_low && is_possible {
                let limit: RateLimit = limit.parse().unwrap();
                // Two limits of the same requests would be a mistake.
                self.limits.retain(|it| it.scope() != limit.scope());
                self.limits.push(limit);
            }
        }
        self
    }

    /// Puts them in force.
    pub(crate) fn begin(&self, emulator: &Emulator) {
        emulator.set_rate_limits(self.limits.clone()).unwrap();
        emulator.set_faults(self.faults.clone()).unwrap();
    }
}
