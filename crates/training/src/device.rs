//! Where to compute.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::engine::Accelerator;
use crate::error::Error;

/// Where to compute: `cpu`, `cuda` for the first NVIDIA device, or `cuda:N`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// The fused operations of this crate.
    #[default]
    Cpu,
    /// Composite operations of candle on an NVIDIA device; needs the feature `cuda`.
    Cuda(usize),
}

impl Device {
    /// Whether this program, on this machine, can compute there.
    pub fn check(self) -> Result<(), Error> {
        self.accelerator().map(drop)
    }

    /// What computes there; none for the processor.
    pub(crate) fn accelerator(self) -> Result<Option<Box<dyn Accelerator>>, Error> {
        match self {
            Self::Cpu => Ok(None),
            #[cfg(feature = "cuda")]
            Self::Cuda(index) => {
                use crate::network::composite::Composite;

                let device = candle_core::Device::new_cuda(index);
                let device = device.map_err(|error| Error::NoDevice {
                    device: self,
                    source: error.into(),
                })?;
                Ok(Some(Box::new(Composite::on(device))))
            }
            #[cfg(not(feature = "cuda"))]
            Self::Cuda(_) => Err(Error::Setting {
                setting: "device",
                found: self.to_string(),
                expected: "cpu, as this program was built without the feature cuda",
            }),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => write!(formatter, "cpu"),
            Self::Cuda(index) => write!(formatter, "cuda:{index}"),
        }
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cuda = text.strip_prefix("cuda:").map(str::parse);
        match (text, cuda) {
            ("cpu", _) => Ok(Self::Cpu),
            ("cuda", _) => Ok(Self::Cuda(0)),
            (_, Some(Ok(index))) => Ok(Self::Cuda(index)),
            _ => Err(format!(
                "{text:?} is no device; there are cpu, cuda and cuda:N"
            )),
        }
    }
}

impl TryFrom<String> for Device {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

#[cfg(test)]
mod tests;
