//! Health of the process and of each of its services, as `grpc.health.v1` tells it.

use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

#[derive(Debug, Clone)]
pub(crate) struct Health {
    reporter: HealthReporter,
    names: Vec<&'static str>,
}

impl Health {
    /// Not serving yet.
    pub(crate) async fn starting(reporter: HealthReporter, mut names: Vec<&'static str>) -> Self {
        // The empty name stands for the process as a whole.
        names.push("");
        let health = Self { reporter, names };
        health.set(ServingStatus::NotServing).await;
        health
    }

    pub(crate) async fn serving(&self) {
        self.set(ServingStatus::Serving).await;
    }

    pub(crate) async fn draining(&self) {
        self.set(ServingStatus::NotServing).await;
    }

    async fn set(&self, status: ServingStatus) {
        for name in &self.names {
            self.reporter.set_service_status(name, status).await;
        }
    }
}
