use axum07 as host;

include!("../../host/off.rs");
