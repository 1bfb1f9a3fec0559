use paravent::request::CleanRequest;

fn forge(request: http::Request<()>) -> CleanRequest<()> {
    let (parts, body) = request.into_parts();
    CleanRequest { parts, body, upgrade: false }
}

fn main() {}
