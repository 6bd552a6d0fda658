//! Where the floors usually lie, by processor: nobody is to win by a slow floor.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::Floor;
use crate::exit::Failure;
use crate::reading;

const BUILT_IN: &str = include_str!("../../../../../../bench/floors/bands.toml");
const MAX_FILE_BYTES: u64 = 1 << 20;
/// What a measurement may lie beside those that were recorded.
const MARGIN: f64 = 0.15;
const HEADING: &str = "\
# Tests per second of CPU time between which each floor was found, by processor. Written by
# `synthsmith bench verifier --record-bands`, which widens what is there by what it finds.

";

/// From the lowest to the highest value that is no surprise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::command::bench) struct Band {
    pub(in crate::command::bench) low: f64,
    pub(in crate::command::bench) high: f64,
}

/// The bands of all processors, by the names of the floors.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::command::bench) struct Bands(BTreeMap<String, BTreeMap<String, Band>>);

/// How a measured floor compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::command::bench) enum Standing {
    Unknown,
    Within,
    /// So much of the nearer end lies between; negative where the floor is slower than it ever was.
    Out(f64),
}

// === impl Bands ===

impl Bands {
    /// Those of a file, or those that are built in where there is none.
    pub(in crate::command::bench) fn read(file: &Path) -> anyhow::Result<Self> {
        if !file.exists() {
            return Ok(toml::from_str(BUILT_IN)?);
        }
        let text = String::from_utf8(reading::file(file, MAX_FILE_BYTES)?)?;
        let bands = toml::from_str(&text);
        let refused = |error| Failure::Usage(format!("{}: {error}", file.display()));
        Ok(bands.map_err(refused)?)
    }

    pub(in crate::command::bench) fn band(&self, processor: &str, floor: Floor) -> Option<Band> {
        self.0.get(processor)?.get(floor.name()).copied()
    }

    /// Widens a floor's band by what was measured.
    pub(in crate::command::bench) fn record(
        &mut self,
        processor: &str,
        floor: Floor,
        measured: &[f64],
    ) {
        let low = measured.iter().copied().fold(f64::INFINITY, f64::min) * (1.0 - MARGIN);
        let high = measured.iter().copied().fold(0.0, f64::max) * (1.0 + MARGIN);
        let floors = self.0.entry(processor.to_owned()).or_default();
        let new = Band {
            low: low.round(),
            high: high.round(),
        };
        let band = floors.entry(floor.name().to_owned()).or_insert(new);
        *band = Band {
            low: band.low.min(new.low),
            high: band.high.max(new.high),
        };
    }

    pub(in crate::command::bench) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = format!("{HEADING}{}", toml::to_string(self)?);
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

// === impl Standing ===

impl Standing {
    pub(in crate::command::bench) fn of(measured: f64, band: Option<Band>) -> Self {
        match band {
            None => Self::Unknown,
            Some(band) if measured < band.low => Self::Out(measured / band.low - 1.0),
            Some(band) if measured > band.high => Self::Out(measured / band.high - 1.0),
            Some(_) => Self::Within,
        }
    }

    pub(in crate::command::bench) fn text(self) -> String {
        match self {
            Self::Unknown => "no band recorded for this processor".to_owned(),
            Self::Within => "in its band".to_owned(),
            Self::Out(by) => format!("floor out of band: {:+.0} %", by * 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded() -> Bands {
        let mut bands = Bands::default();
        bands.record("X, model 1", Floor::BitsHit, &[100.0, 200.0]);
        bands
    }

    #[test]
    fn a_floor_is_within_its_band_or_out_of_it_by_a_share() {
        let band = recorded().band("X, model 1", Floor::BitsHit);
        let expected = Band {
            low: 85.0,
            high: 230.0,
        };
        assert_eq!(band, Some(expected));
        let table = [
            (85.0, "in its band"),
            (230.0, "in its band"),
            (42.5, "floor out of band: -50 %"),
            (276.0, "floor out of band: +20 %"),
        ];
        for (measured, text) in table {
            assert_eq!(Standing::of(measured, band).text(), text, "{measured}");
        }
    }

    #[test]
    fn other_processors_and_other_floors_have_no_band() {
        let bands = recorded();
        assert_eq!(bands.band("Y", Floor::BitsHit), None);
        assert_eq!(bands.band("X, model 1", Floor::BitsCold), None);
        assert_eq!(Standing::of(1.0, None), Standing::Unknown);
    }

    #[test]
    fn recording_widens_a_band_and_never_narrows_it() {
        let mut bands = recorded();
        bands.record("X, model 1", Floor::BitsHit, &[150.0]);
        assert_eq!(bands, recorded());
        bands.record("X, model 1", Floor::BitsHit, &[300.0]);
        let band = bands.band("X, model 1", Floor::BitsHit).unwrap();
        assert!((band.low - 85.0).abs() < 1e-9 && (band.high - 345.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bands.toml");
        recorded().write(&file).unwrap();
        assert_eq!(Bands::read(&file).unwrap(), recorded());
        fs::write(&file, "[x.y]\nlow = 1\n").unwrap();
        let refused = Bands::read(&file).unwrap_err();
        assert!(refused.is::<Failure>(), "{refused}");
    }

    #[test]
    fn those_that_are_built_in_name_floors_that_there_are() {
        let Bands(bands) = Bands::read(Path::new("/nowhere/bands.toml")).unwrap();
        for (name, band) in bands.values().flatten() {
            assert!(Floor::ALL.iter().any(|floor| floor.name() == name));
            assert!(band.low > 0.0 && band.low < band.high);
        }
    }
}
