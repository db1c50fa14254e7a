/** Many devices at once: what becomes of those who are there when a fleet comes back, or when one of them is loud. */
package io.forebay.gateway.storm;
