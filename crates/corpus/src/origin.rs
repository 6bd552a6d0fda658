//! On whose behalf a call is made.

use serde::{Deserialize, Serialize};

/// The run, task and stage a model call belongs to; parts may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub run_id: String,
    pub task_id: String,
    pub stage: String,
}
