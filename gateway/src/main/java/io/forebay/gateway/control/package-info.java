/**
 * The control socket: how a command of the same machine asks the gateway that runs on a data directory. HTTP/1.1 with JSON
 * over a unix domain socket whose file only its owner may use: whoever may read the data directory may do all that is here,
 * and nobody else. It is no public API: paths and fields change with the commands of the same version.
 */
package io.forebay.gateway.control;
