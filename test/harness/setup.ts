// @nestjs/throttler is CommonJS and requires Nest, which is ESM: under Jest, Nest must have been loaded before.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
