/** placeholder. */
package io.forebay.gateway;
