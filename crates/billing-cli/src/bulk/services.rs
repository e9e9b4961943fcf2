//! The services of a run, each at its endpoint with a credential.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use arm_client::ArmClient;
use billing_bulk::binding::Binding;
use billing_bulk::targets::{ArmTarget, PartnerTarget, SignInHint, SignInProblem};
use billing_bulk::{Service, Target, Targets};
use billing_core::Error;
use partner_client::PartnerClient;

use crate::args::arm::ArmVersion;
use crate::args::global::Global;
use crate::args::value;
use crate::arm::version::with_version;
use crate::connection::{self, Connection};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::operation::context::OperationContext;
use crate::operation::steps::missing_role;

/// The services of a run.
pub(super) struct Services {
    pub(super) targets: Targets,
    /// The client of Partner Center, for lists and rules.
    pub(super) partner: Option<PartnerClient>,
    /// The client of Azure Resource Manager in its default version, for lists.
    pub(super) arm: Option<ArmClient>,
    /// The api version of Azure Resource Manager.
    pub(super) version: ArmVersion,
    /// The option of that version after a space, unless the settings choose it.
    pub(super) version_option: String,
    /// What a plan of their profiles is bound to.
    pub(super) bindings: Vec<Binding>,
    /// Whether a token is one that the user gave.
    pub(super) has_fixed_token: bool,
    /// When the tokens that the user gave expire, as far as they say so.
    pub(super) token_expiries: BTreeMap<Service, SystemTime>,
    /// The options of the connections, each after a space, for the commands that hints propose.
    pub(super) options: String,
    connections: Vec<Connection>,
}

impl Services {
    /// Opens the connections to these services, to Azure Resource Manager in this api version.
    ///
    /// # Errors
    /// As for the verbs of `billing partner` and `billing arm`; also a missing credential, so that
    /// it is not found for each profile.
    pub(super) async fn open(
        services: &[Service],
        version: ArmVersion,
        global: &Global,
    ) -> Result<Self> {
        let mut all = Self {
            targets: Targets::default(),
            partner: None,
            arm: None,
            version,
            version_option: String::new(),
            bindings: Vec::new(),
            has_fixed_token: false,
            token_expiries: BTreeMap::new(),
            options: connection::options(services, global),
            connections: Vec::new(),
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
        let hint = sign_in_hint(&connection);
        let target: Arc<dyn Target> = match service {
            Service::Partner => {
                let client = self.partner.insert(connection.partner()?);
                Arc::new(PartnerTarget::new(client, tenant).with_sign_in_hint(hint))
            }
            Service::Arm => {
                if self.version != connection.arm_api_version {
                    self.version_option = format!(" --api-version {}", value::name(self.version));
                }
                let client = self.arm.insert(connection.arm()?);
                with_version!(self.version, |version| {
                    let client = client.with_api_version(version);
                    Arc::new(ArmTarget::new(&client, tenant).with_sign_in_hint(hint))
                })
            }
        };
        self.has_fixed_token |= connection.sign_in.has_fixed_token();
        if let Some(expires) = connection.sign_in.token_expiry().await {
            self.token_expiries.insert(service, expires);
        }
        self.bindings.push(target.binding().clone());
        self.targets = std::mem::take(&mut self.targets).with(target);
        self.connections.push(connection);
        Ok(())
    }

    /// Returns the failure of listing the profiles of the service, which is the only one then.
    pub(super) fn not_listed(&self, error: Error) -> Failure {
        let Some(connection) = self.connections.first() else {
            return Failure::new(Exit::Failed, error);
        };
        let subject = match connection.service {
            Service::Partner => "the list of customers",
            Service::Arm => "the billing account",
        };
        OperationContext::new(connection, "list the profiles", subject, "").failed(error)
    }
}

/// Returns what to do about a failed sign-in or a missing permission.
fn sign_in_hint(connection: &Connection) -> SignInHint {
    let (service, sign_in) = (connection.service, Arc::clone(&connection.sign_in));
    let subject = match service {
        Service::Partner => "the customer",
        Service::Arm => "the billing profile",
    };
    Arc::new(move |problem| match problem {
        SignInProblem::Refused(error) if error.is_forbidden() => {
            Some(missing_role(service, subject))
        }
        SignInProblem::Refused(error) => Some(sign_in.hint_after_renewal(error)),
        SignInProblem::WithoutMfa => Some(sign_in.second_factor()),
        _ => None,
    })
}
