use with_sea_orm as host;

include!("../../host/serve_axum.rs");
include!("../../host/guarded.rs");
