//! Which endpoint is asked for which model, each with a queue of its own.

use futures::future::join_all;

use crate::Error;
use crate::admission::Admission;
use crate::config::{Config, EndpointConfig};
use crate::endpoint::Endpoint;

#[derive(Debug)]
pub(super) struct Routes {
    usual: Route,
    of_models: Vec<Route>,
}

/// An endpoint, and the way to it.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) endpoint: Endpoint,
    pub(super) admission: Admission,
}

// === impl Routes ===

impl Routes {
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let route = |endpoint: &EndpointConfig| {
            Ok(Route {
                endpoint: Endpoint::new(endpoint.clone())?,
                admission: Admission::new(config.concurrency, config.max_queue),
            })
        };
        Ok(Self {
            usual: route(&config.endpoint)?,
            of_models: config
                .endpoints
                .iter()
                .map(route)
                .collect::<Result<_, Error>>()?,
        })
    }

    pub(super) fn of(&self, model: &str) -> &Route {
        let own = |route: &&Route| route.endpoint.config().model == model;
        self.of_models.iter().find(own).unwrap_or(&self.usual)
    }

    /// Questions waiting or in flight.
    pub(super) fn places_taken(&self) -> usize {
        self.all().map(|route| route.admission.places_taken()).sum()
    }

    /// Waits until nobody has a place; nobody who comes later gets one.
    pub(super) async fn deserted(&self) {
        join_all(self.all().map(|route| route.admission.deserted())).await;
    }

    fn all(&self) -> impl Iterator<Item = &Route> {
        std::iter::once(&self.usual).chain(&self.of_models)
    }
}
