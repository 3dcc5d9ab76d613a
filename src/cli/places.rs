//! The files and folders a failure is about, for programs that would lead somebody there.

use std::path::Path;

use super::Failure;
use crate::apply::ApplyError;
use crate::target::TargetError;

/// As the failure has them: from the project's root, or as they were given.
pub(super) fn places(failure: &Failure) -> Vec<String> {
    match failure {
        Failure::Answers { path, .. }
        | Failure::Baseline { path, .. }
        | Failure::OutsideRoots { path, .. }
        | Failure::NoPlan(path)
        | Failure::Io { path, .. } => vec![shown(path)],
        Failure::Target(error) => target(error),
        Failure::Apply(error) => apply(error),
        Failure::Usage(_)
        | Failure::UnknownDecision { .. }
        | Failure::NotAnOption { .. }
        | Failure::UnknownId { .. }
        | Failure::NotByHand(_)
        | Failure::Attest(_)
        | Failure::NotAgreed(_)
        | Failure::NoApp
        | Failure::Remote(_)
        | Failure::Interrupted
        | Failure::Defect(_) => Vec::new(),
    }
}

fn target(error: &TargetError) -> Vec<String> {
    match error {
        TargetError::NotFound { path }
        | TargetError::NoManifest { path, .. }
        | TargetError::Manifest { path, .. }
        | TargetError::Read { path, .. } => vec![shown(path)],
        TargetError::NoPackage { .. } => Vec::new(),
    }
}

fn apply(error: &ApplyError) -> Vec<String> {
    match error {
        ApplyError::Stale { file, .. }
        | ApplyError::Unsafe { file, .. }
        | ApplyError::ReadOnly { file }
        | ApplyError::Torn { file, .. }
        | ApplyError::Record { file, .. } => vec![file.clone()],
        ApplyError::Dirty { files } | ApplyError::Staged { files } => files.clone(),
        ApplyError::Io { path, .. } => vec![shown(path)],
        // About the plan as a whole, a step, or the machine.
        _ => Vec::new(),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
