using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "gateway", worker = .gateway),
    (name = "internet", network = (allow = ["public", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "gateway")],
);

const gateway :Workerd.Worker = (
  modules = [(name = "gateway.js", esModule = embed "dist/gateway.js")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "GATEWAY_TOKEN", fromEnvironment = "GATEWAY_TOKEN"),
    (name = "MAX_BYTES", fromEnvironment = "MAX_BYTES"),
    (name = "OSS_REGION", fromEnvironment = "OSS_REGION"),
    (name = "OSS_ENDPOINT", fromEnvironment = "OSS_ENDPOINT"),
    (name = "OSS_BUCKET", fromEnvironment = "OSS_BUCKET"),
    (name = "OSS_ACCESS_KEY_ID", fromEnvironment = "OSS_ACCESS_KEY_ID"),
    (name = "OSS_ACCESS_KEY_SECRET", fromEnvironment = "OSS_ACCESS_KEY_SECRET"),
  ],
);
