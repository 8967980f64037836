import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Param, Patch } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { ChangeChannel, NamedChannelDto } from './channels.dto.js';
import { ChannelsService, maxChannelLength } from './channels.service.js';

@ApiTags('Channels')
@ApiParam({
  name: 'channel',
  description: 'The channel, percent-encoded, as entries have it: of a user feedback its `business_id`.',
  schema: { type: 'string', minLength: 1, maxLength: maxChannelLength, example: '343' },
})
@Controller('v1/channels')
@Access('api-key', 'admin')
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  /**
   * Gives a channel a name, or takes it away. Analytics shows it as `label`. Any channel can have one, whether or not there
   * are answers from it yet; filters go by the channel itself, as before.
   */
  @Patch(':channel')
  @Documented('changeChannel')
  @Refuses(NotFound)
  change(
    @Caller() caller: Principal,
    @Param('channel') channel: string,
    @Body() changes: ChangeChannel,
  ): Promise<NamedChannelDto> {
    return this.channels.change(caller, channel, changes);
  }
}
