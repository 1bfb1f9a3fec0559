use paravent::request::CleanRequest;

fn call_origin(_: CleanRequest<()>) {}

fn bypass(request: http::Request<()>) {
    call_origin(request);
}

fn main() {}
