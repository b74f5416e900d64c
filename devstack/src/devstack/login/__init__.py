"""The login provider of a development stack: oidc-provider-mock with our demo logins and a page that lists them."""
