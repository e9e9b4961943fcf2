//! The services of a run, each at its endpoint with a credential.

use std::sync::Arc;

use arm_client::ArmClient;
use billing_bulk::binding::Binding;
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Service, Target, Targets};
use partner_client::PartnerClient;

use crate::args::global::Global;
use crate::connection::{self, Connection};
use crate::failure::Result;
use crate::operation::context::OperationContext;

/// The services of a run.
pub(super) struct Services {
    pub(super) targets: Targets,
    /// The client of Partner Center, for lists and rules.
    pub(super) partner: Option<PartnerClient>,
    /// The client of Azure Resource Manager, for lists.
    pub(super) arm: Option<ArmClient>,
    /// What a plan of their profiles is bound to.
    pub(super) bindings: Vec<Binding>,
    /// The options of the connections, each after a space, for the commands that hints propose.
    pub(super) options: String,
}

impl Services {
    /// Opens the connections to these services.
    ///
    /// # Errors
    /// As for the verbs of `billing partner` and `billing arm`; also a missing credential, so that
    /// it is not found for each profile.
    pub(super) async fn open(services: &[Service], global: &Global) -> Result<Self> {
        let mut all = Self {
            targets: Targets::default(),
            partner: None,
            arm: None,
            bindings: Vec::new(),
            options: connection::options(services, global),
        };
        for service in services {
            all.add(*service, global).await?;
        }
        Ok(all)
    }

    async fn add(&mut self, service: Service, global: &Global) -> Result {
        let connection = Connection::open(service, global).await?;
        if let Some(error) = connection.sign_in.missing() {
            let action = format!("use {service}");
            let context = OperationContext::new(&connection, action, service.to_string(), "");
            return Err(context.failed(error));
        }
        let tenant = connection.sign_in.tenant().map(str::to_owned);
        let target: Arc<dyn Target> = match service {
            Service::Partner => {
                let client = self.partner.insert(connection.partner()?);
                Arc::new(PartnerTarget::new(client, tenant))
            }
            Service::Arm => {
                let client = self.arm.insert(connection.arm()?);
                Arc::new(ArmTarget::new(client, tenant))
            }
        };
        self.bindings.push(target.binding().clone());
        self.targets = std::mem::take(&mut self.targets).with(target);
        Ok(())
    }
}
